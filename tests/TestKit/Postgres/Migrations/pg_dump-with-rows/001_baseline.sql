--
-- PostgreSQL database dump
--

\restrict zXGe7hBAo23jxW0wh0f039aAUnQS9doOdOoWH02M2FzA2NjmN8F7qbr5VwL91bp

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: app; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA app;


--
-- Name: kind; Type: TYPE; Schema: app; Owner: -
--

CREATE TYPE app.kind AS ENUM (
    'tea',
    'coffee'
);


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: orders; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.orders (
    id bigint NOT NULL,
    product integer NOT NULL,
    amount numeric,
    CONSTRAINT orders_amount_check CHECK ((amount > (0)::numeric))
);


--
-- Name: TABLE orders; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.orders IS 'what was sold;';


--
-- Name: total(); Type: FUNCTION; Schema: app; Owner: -
--

CREATE FUNCTION app.total() RETURNS numeric
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT sum(orders.amount) AS sum
    FROM public.orders;
END;


--
-- Name: touch(); Type: FUNCTION; Schema: app; Owner: -
--

CREATE FUNCTION app.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN NEW.notes := coalesce(NEW.notes, ';'); RETURN NEW; END $$;


--
-- Name: products; Type: TABLE; Schema: app; Owner: -
--

CREATE TABLE app.products (
    id integer NOT NULL,
    kind app.kind NOT NULL,
    name text NOT NULL,
    notes text
);


--
-- Name: products_id_seq; Type: SEQUENCE; Schema: app; Owner: -
--

ALTER TABLE app.products ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME app.products_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: sold; Type: VIEW; Schema: app; Owner: -
--

CREATE VIEW app.sold AS
 SELECT p.name,
    sum(o.amount) AS amount
   FROM (app.products p
     JOIN public.orders o ON ((o.product = p.id)))
  GROUP BY p.name;


--
-- Name: orders_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.orders_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: orders_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.orders_id_seq OWNED BY public.orders.id;


--
-- Name: orders id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orders ALTER COLUMN id SET DEFAULT nextval('public.orders_id_seq'::regclass);


--
-- Data for Name: products; Type: TABLE DATA; Schema: app; Owner: -
--

COPY app.products (id, kind, name, notes) FROM stdin;
1	tea	Assam	two\nlines;\tand a tab
2	coffee	Größe; \\. 1	\N
3	tea	-- no comment	\\restrict
4	tea	empty	
\.


--
-- Data for Name: orders; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.orders (id, product, amount) FROM stdin;
1	1	2
2	2	3.5
\.


--
-- Name: products_id_seq; Type: SEQUENCE SET; Schema: app; Owner: -
--

SELECT pg_catalog.setval('app.products_id_seq', 4, true);


--
-- Name: orders_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.orders_id_seq', 2, true);


--
-- Name: products products_name_key; Type: CONSTRAINT; Schema: app; Owner: -
--

ALTER TABLE ONLY app.products
    ADD CONSTRAINT products_name_key UNIQUE (name);


--
-- Name: products products_pkey; Type: CONSTRAINT; Schema: app; Owner: -
--

ALTER TABLE ONLY app.products
    ADD CONSTRAINT products_pkey PRIMARY KEY (id);


--
-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);


--
-- Name: products touch; Type: TRIGGER; Schema: app; Owner: -
--

CREATE TRIGGER touch BEFORE INSERT ON app.products FOR EACH ROW EXECUTE FUNCTION app.touch();


--
-- Name: orders orders_product_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_product_fkey FOREIGN KEY (product) REFERENCES app.products(id);


--
-- PostgreSQL database dump complete
--

\unrestrict zXGe7hBAo23jxW0wh0f039aAUnQS9doOdOoWH02M2FzA2NjmN8F7qbr5VwL91bp

