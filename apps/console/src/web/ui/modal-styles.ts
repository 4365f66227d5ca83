import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
